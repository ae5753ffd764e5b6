import "./styles/desk/map.css";
