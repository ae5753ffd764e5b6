import "./styles/desk/board.css";
